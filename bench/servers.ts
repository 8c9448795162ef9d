/** The two servers that are measured, each in processes of its own. */
import { join } from 'node:path'
import {
  pem,
  processOf,
  startGatewayProcess,
  startNode,
  type ServerProcess,
} from '../test/gateway-process.ts'
import type { NaiveConfig } from './naive/server.ts'

export type Transport = 'http' | 'tls'

export const servicePath = '/quadrivium/DmfaConsultationService/v1'

/** The gateway. PHARE needs no client certificate here: over plain HTTP there is none. */
export function startGateway(
  directory: string,
  transport: Transport,
  processes: number,
): Promise<ServerProcess> {
  const plain = transport === 'http'
  return startGatewayProcess({ directory, processes, plain, persons: 1000, eased: 'phare' })
}

/** The naive composition, answering with the body of the reply in `replyFile`; its own files go into the directory. */
export async function startNaive(
  directory: string,
  wsdlFile: string,
  replyFile: string,
  transport: Transport,
  processes: number,
): Promise<ServerProcess> {
  const config: NaiveConfig = {
    processes,
    wsdl: wsdlFile,
    path: servicePath,
    service: 'DmfaConsultationService',
    operation: 'consultByWorker',
    reply: replyFile,
    schema: join(
      import.meta.dirname,
      '../schemas/DmfaConsultationService/v1/DmfaConsultationService.xsd',
    ),
    directory: join(directory, 'naive'),
    authority: pem.qualified,
    signing: pem.seal,
    ...(transport === 'tls' && { tls: pem.tls }),
  }
  const server = join(import.meta.dirname, 'naive/server.ts')
  const { child, printed } = await startNode([server, JSON.stringify(config)], /listening on \d+/)
  const port = /listening on (\d+)/.exec(printed)![1]!
  return processOf(child, `${transport === 'tls' ? 'https' : 'http'}://127.0.0.1:${port}`)
}
