import type { GlobalConfig } from 'payload'
import { administrators, everyone } from '../access.ts'

export const Site: GlobalConfig = {
  slug: 'site',
  access: { read: everyone, update: administrators },
  fields: [
    { name: 'title', type: 'text', required: true },
    { name: 'tagline', type: 'text' },
  ],
}
