import { AdminLiveLogout as AdminLiveLogout_2955e247ef7fd3011111e7c5ee224420 } from 'payload-jwt-revocation/client'
import { AdminSignedOutNotice as AdminSignedOutNotice_2955e247ef7fd3011111e7c5ee224420 } from 'payload-jwt-revocation/client'
import { CollectionCards as CollectionCards_f9c02e79a4aed9a3924487c0cd4cafb1 } from '@payloadcms/next/rsc'

/** @type import('payload').ImportMap */
export const importMap = {
  "payload-jwt-revocation/client#AdminLiveLogout": AdminLiveLogout_2955e247ef7fd3011111e7c5ee224420,
  "payload-jwt-revocation/client#AdminSignedOutNotice": AdminSignedOutNotice_2955e247ef7fd3011111e7c5ee224420,
  "@payloadcms/next/rsc#CollectionCards": CollectionCards_f9c02e79a4aed9a3924487c0cd4cafb1
}
