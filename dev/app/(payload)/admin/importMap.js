import { UnsavedForm as UnsavedForm_2955e247ef7fd3011111e7c5ee224420 } from 'payload-jwt-revocation/client'
import { SessionsTab as SessionsTab_1225f469db18a53bef13f54c1b342cab } from 'payload-jwt-revocation/rsc'
import { StateCell as StateCell_1225f469db18a53bef13f54c1b342cab } from 'payload-jwt-revocation/rsc'
import { StateField as StateField_1225f469db18a53bef13f54c1b342cab } from 'payload-jwt-revocation/rsc'
import { ScopeCell as ScopeCell_2955e247ef7fd3011111e7c5ee224420 } from 'payload-jwt-revocation/client'
import { SubjectCell as SubjectCell_2955e247ef7fd3011111e7c5ee224420 } from 'payload-jwt-revocation/client'
import { PersonField as PersonField_2955e247ef7fd3011111e7c5ee224420 } from 'payload-jwt-revocation/client'
import { ReasonCell as ReasonCell_2955e247ef7fd3011111e7c5ee224420 } from 'payload-jwt-revocation/client'
import { ActorCell as ActorCell_2955e247ef7fd3011111e7c5ee224420 } from 'payload-jwt-revocation/client'
import { TimeCell as TimeCell_2955e247ef7fd3011111e7c5ee224420 } from 'payload-jwt-revocation/client'
import { DenylistHeader as DenylistHeader_1225f469db18a53bef13f54c1b342cab } from 'payload-jwt-revocation/rsc'
import { SessionUserCell as SessionUserCell_2955e247ef7fd3011111e7c5ee224420 } from 'payload-jwt-revocation/client'
import { AdminLiveLogout as AdminLiveLogout_2955e247ef7fd3011111e7c5ee224420 } from 'payload-jwt-revocation/client'
import { MySessionsItem as MySessionsItem_2955e247ef7fd3011111e7c5ee224420 } from 'payload-jwt-revocation/client'
import { SecurityNav as SecurityNav_1225f469db18a53bef13f54c1b342cab } from 'payload-jwt-revocation/rsc'
import { DashboardCard as DashboardCard_1225f469db18a53bef13f54c1b342cab } from 'payload-jwt-revocation/rsc'
import { AdminSignedOutNotice as AdminSignedOutNotice_2955e247ef7fd3011111e7c5ee224420 } from 'payload-jwt-revocation/client'
import { RevocationView as RevocationView_1225f469db18a53bef13f54c1b342cab } from 'payload-jwt-revocation/rsc'
import { MySessionsView as MySessionsView_1225f469db18a53bef13f54c1b342cab } from 'payload-jwt-revocation/rsc'
import { CollectionCards as CollectionCards_f9c02e79a4aed9a3924487c0cd4cafb1 } from '@payloadcms/next/rsc'
import { DefaultTemplate as DefaultTemplate_4d8077290d2232b07d31cd356512ade6 } from '@payloadcms/next/templates'

/** @type import('payload').ImportMap */
export const importMap = {
  "payload-jwt-revocation/client#UnsavedForm": UnsavedForm_2955e247ef7fd3011111e7c5ee224420,
  "payload-jwt-revocation/rsc#SessionsTab": SessionsTab_1225f469db18a53bef13f54c1b342cab,
  "payload-jwt-revocation/rsc#StateCell": StateCell_1225f469db18a53bef13f54c1b342cab,
  "payload-jwt-revocation/rsc#StateField": StateField_1225f469db18a53bef13f54c1b342cab,
  "payload-jwt-revocation/client#ScopeCell": ScopeCell_2955e247ef7fd3011111e7c5ee224420,
  "payload-jwt-revocation/client#SubjectCell": SubjectCell_2955e247ef7fd3011111e7c5ee224420,
  "payload-jwt-revocation/client#PersonField": PersonField_2955e247ef7fd3011111e7c5ee224420,
  "payload-jwt-revocation/client#ReasonCell": ReasonCell_2955e247ef7fd3011111e7c5ee224420,
  "payload-jwt-revocation/client#ActorCell": ActorCell_2955e247ef7fd3011111e7c5ee224420,
  "payload-jwt-revocation/client#TimeCell": TimeCell_2955e247ef7fd3011111e7c5ee224420,
  "payload-jwt-revocation/rsc#DenylistHeader": DenylistHeader_1225f469db18a53bef13f54c1b342cab,
  "payload-jwt-revocation/client#SessionUserCell": SessionUserCell_2955e247ef7fd3011111e7c5ee224420,
  "payload-jwt-revocation/client#AdminLiveLogout": AdminLiveLogout_2955e247ef7fd3011111e7c5ee224420,
  "payload-jwt-revocation/client#MySessionsItem": MySessionsItem_2955e247ef7fd3011111e7c5ee224420,
  "payload-jwt-revocation/rsc#SecurityNav": SecurityNav_1225f469db18a53bef13f54c1b342cab,
  "payload-jwt-revocation/rsc#DashboardCard": DashboardCard_1225f469db18a53bef13f54c1b342cab,
  "payload-jwt-revocation/client#AdminSignedOutNotice": AdminSignedOutNotice_2955e247ef7fd3011111e7c5ee224420,
  "payload-jwt-revocation/rsc#RevocationView": RevocationView_1225f469db18a53bef13f54c1b342cab,
  "payload-jwt-revocation/rsc#MySessionsView": MySessionsView_1225f469db18a53bef13f54c1b342cab,
  "@payloadcms/next/rsc#CollectionCards": CollectionCards_f9c02e79a4aed9a3924487c0cd4cafb1,
  "@payloadcms/next/templates#DefaultTemplate": DefaultTemplate_4d8077290d2232b07d31cd356512ade6
}
