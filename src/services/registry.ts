import { dmfaConsultationService } from './dmfa-consultation/service.ts'
import { dolsis2011Service, dolsisNssoService } from './dolsis/service.ts'
import { dolsis2011PersonService } from './dolsis/persons.ts'
import { employerService } from './employer/service.ts'
import { personnelFileService } from './personnel-file/service.ts'
import { limosaService } from './limosa/service.ts'
import type { Service } from './operation.ts'
import { personService } from './person/service.ts'
import { retrieveTiGroupsService1, retrieveTiGroupsService2 } from './retrieve-ti-groups/service.ts'
import { webServiceConnector } from './ssdn/service.ts'
import { testConnectionService } from './test-connection/service.ts'

/** Every service of the gateway: a written list, not a scan. */
export const services: readonly Service[] = [
  testConnectionService,
  personService,
  dmfaConsultationService,
  personnelFileService,
  employerService,
  limosaService,
  retrieveTiGroupsService1,
  retrieveTiGroupsService2,
  webServiceConnector,
  dolsis2011Service,
  dolsis2011PersonService,
  dolsisNssoService,
]
