import { describe, expect, it } from 'vitest'
import type { ConsultOperation } from '../../src/services/operation.ts'
import {
  retrieveTiGroupsService1,
  retrieveTiGroupsService2,
} from '../../src/services/retrieve-ti-groups/service.ts'
import { checkMutatedXml } from './mutations.ts'

describe.each([retrieveTiGroupsService1, retrieveTiGroupsService2])(
  'a request of RetrieveTIGroups that was changed (version $version)',
  (service) => {
    const { version, namespace } = service
    const operation = service.operations.get('retrieveTIGroupsRequest') as ConsultOperation
    const request =
      `<v:retrieveTIGroupsRequest xmlns:v="${namespace}"><informationCustomer><ticket>1</ticket>` +
      '<timestampSent>2026-03-02T09:15:00.120+01:00</timestampSent>' +
      '<customerIdentification><cbeNumber>0884303369</cbeNumber></customerIdentification>' +
      '</informationCustomer><legalContext>social issues</legalContext>' +
      '<searchInformation><ssin>81120103571</ssin><language>fr</language><history>true</history>' +
      '</searchInformation></v:retrieveTIGroupsRequest>'

    it('ten thousand ways never crashes, never leaks, and gets the error of the contract', () => {
      expect(checkMutatedXml(service, operation, request)).toEqual(
        expect.arrayContaining([
          'answer',
          'CONTRACT_INVALID',
          'XML_MALFORMED',
          version === 1 ? 'MSG00008' : 'MSG00011',
        ]),
      )
    })
  },
)
