import { writeInformationCbss } from '../../xml/common-v3.ts'
import { textOf } from '../../xml/element.ts'
import { leaf } from '../../xml/writer.ts'
import type { OpenOperation, Service } from '../operation.ts'

const namespace = 'http://kszbcss.fgov.be/intf/TestConnectionServiceService/v1'

/**
 * Answers with the text it was sent and the subject of the TLS client certificate (RFC 4514), empty when none was shown:
 * the published contract does not say which text form sslCertificate has.
 */
const sendTestMessage: OpenOperation = {
  kind: 'open',
  name: 'sendTestMessage',
  prepareXml: (body) => {
    const echo = textOf(body, 'echo') ?? ''
    return {
      kind: 'open',
      envelope: {},
      writeXml: ({ informationCbss, tlsSubject }) =>
        `<v1:sendTestMessageResponse xmlns:v1="${namespace}">` +
        writeInformationCbss(informationCbss) +
        leaf('echo', echo) +
        leaf('sslCertificate', tlsSubject) +
        '</v1:sendTestMessageResponse>',
    }
  },
}

/** TestConnectionServiceService v1 of the Crossroads Bank, wire-exact. The name really is said twice; it has no fault. */
export const testConnectionService: Service = {
  name: 'TestConnectionServiceService',
  version: 1,
  namespace,
  path: '/TestConnectionServiceService/sendTestMessage',
  aliases: ['/SOA4520/TestConnectionServiceService/sendTestMessage'],
  contract: 'TestConnectionServiceService/v1',
  soapAction: (operation) => `http://kszbcss.fgov.be/TestConnectionServiceService/${operation}`,
  operations: new Map([['sendTestMessageRequest', sendTestMessage]]),
  faultElement: () => undefined,
}
