export { DEFAULT_ACCESS, Directory, guid } from './directory.ts'
export { refusal, type Operation, type Reply } from './routes.ts'
export {
  type GraphService,
  type GraphServiceOptions,
  type RequestIdentity,
  startGraphService,
} from './start-graph-service.ts'
