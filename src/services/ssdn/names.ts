const base = 'http://www.ksz-bcss.fgov.be/XSD/SSDN'

/** Namespaces of SSDN documents; everything in them is qualified. */
export const namespaces = {
  common: `${base}/Common`,
  service: `${base}/Service`,
  person: `${base}/Person`,
  identifyPerson: `${base}/OCMW_CPAS/IdentifyPerson`,
  manageAccess: `${base}/OCMW_CPAS/ManageAccess`,
  performInvestigation: `${base}/OCMW_CPAS/PerformInvestigation`,
  referenceManager: `${base}/ReferenceManagerFacade`,
} as const
