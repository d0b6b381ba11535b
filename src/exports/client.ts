export { AdminLiveLogout } from '../admin/AdminLiveLogout/index.js'
export { AdminSignedOutNotice } from '../admin/AdminSignedOutNotice/index.js'
