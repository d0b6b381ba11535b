export { AdminLiveLogout } from '../admin/AdminLiveLogout/index.js'
export { AdminSignedOutNotice } from '../admin/AdminSignedOutNotice/index.js'
export {
  ActorCell,
  ReasonCell,
  ScopeCell,
  SessionUserCell,
  SubjectCell,
  TimeCell,
} from '../admin/LedgerCells/index.js'
export { MySessionsItem } from '../admin/MySessionsItem/index.js'
export { PersonField } from '../admin/PersonField/index.js'
export { UnsavedForm } from '../admin/UnsavedForm/index.js'
