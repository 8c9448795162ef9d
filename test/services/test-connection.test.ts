import { describe, expect, it } from 'vitest'
import type { OpenOperation } from '../../src/services/operation.ts'
import { testConnectionService } from '../../src/services/test-connection/service.ts'
import { faultsOf } from '../contracts/committed.ts'
import { bodyChild, escape, parts, readReply } from './exchange-parts.ts'

const [operation] = [...testConnectionService.operations.values()] as OpenOperation[]

function reply(echo: string, tlsSubject: string): string {
  const prepared = operation!.prepareXml(
    bodyChild(
      `<c:sendTestMessageRequest xmlns:c="${testConnectionService.namespace}">
        <echo>${escape(echo)}</echo></c:sendTestMessageRequest>`,
    ),
  )
  return prepared.writeXml({ informationCbss: parts().informationCbss, tlsSubject })
}

describe('TestConnection', () => {
  it('answers with the echo and the subject of the TLS certificate', () => {
    const body = reply(' a<b>&"c ', 'CN=A & B,O=<C>')
    expect(faultsOf('TestConnectionServiceService/v1', body)).toEqual([])
    expect(readReply(body)).toEqual({
      informationCBSS: {
        ticketCBSS: '5d0c2c9e-7a51-4f0b-9c53-2f1f6b1f0a11',
        timestampReceive: '2026-03-02T08:15:00.5Z',
        timestampReply: '2026-03-02T08:15:01Z',
      },
      echo: ' a<b>&"c ',
      sslCertificate: 'CN=A & B,O=<C>',
    })
  })

  it('writes an empty sslCertificate when no certificate was shown', () => {
    const body = reply('', '')
    expect(faultsOf('TestConnectionServiceService/v1', body)).toEqual([])
    expect(body).toContain('<echo></echo><sslCertificate></sslCertificate>')
  })
})
