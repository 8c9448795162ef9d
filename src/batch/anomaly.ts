import type { ErrorCode } from '../base/errors.ts'

/** Codes of annex 30 that a declaration can get here, with their official texts. */
export const anomalyTexts = {
  '001': { fr: 'Non présent', nl: 'Niet aanwezig' },
  '003': { fr: 'Invalide', nl: 'Ongeldig' },
  '005': { fr: 'Interdit', nl: 'Verboden' },
  '008': { fr: 'Pas dans le domaine de définition', nl: 'Niet in het toegelaten domein' },
  '014': {
    fr: 'Date de fin antérieure à la date de début',
    nl: 'Einddatum voorafgaand aan de begindatum',
  },
  '022': { fr: 'Incompatibilité avec le répertoire', nl: 'Onverenigbaar met het repertorium' },
  '092': { fr: 'Elément inconnu', nl: 'Element niet gekend' },
  '134': { fr: 'Pas de données', nl: 'Geen gegevens' },
  '151': { fr: 'Pas identifiable', nl: 'Niet identificeerbaar' },
  '155': { fr: 'Pas ou plus de mandat', nl: 'Geen of vervallen mandaat' },
  '163': { fr: 'Formulaire non traitable', nl: 'Niet verwerkbaar formulier' },
  '235': { fr: 'Non repris au répertoire', nl: 'Niet opgenomen in het repertorium' },
  '255': {
    fr: "Le formulaire communiqué n'est pas valide par rapport au modèle de données",
    nl: 'Het doorgestuurde formulier is niet geldig in vergelijking met het gegevensmodel',
  },
  '333': { fr: 'Période Dimona en double', nl: 'Dubbele Dimonaperiode' },
  '334': { fr: 'En chevauchement', nl: 'Overlappend' },
  '343': {
    fr: 'Employeur non- ou plus actif au répertoire des employeurs',
    nl: 'Werkgever niet (langer) actief in het werkgeversrepertorium',
  },
  '345': {
    fr: "Heure de fin antérieure à l'heure de début",
    nl: 'Het einduur valt vroeger dan het beginuur',
  },
  '347': {
    fr: "Incompatible avec le numéro d'identification de la période Dimona",
    nl: 'Onverenigbaar met het identificatienummer van de Dimonaperiode',
  },
  '349': {
    fr: 'Incompatibilité entre commission paritaire et type de travailleur',
    nl: 'Onverenigbaarheid tussen het paritair comité en het werknemerstype',
  },
  '351': {
    fr: "Numéro d'entreprise ou dénomination manquant",
    nl: 'Ondernemingsnummer of benaming ontbreekt',
  },
  '352': {
    fr: "Interdit de mentionner à la fois le numéro d'entreprise et la dénomination",
    nl: 'Verboden om tegelijkertijd het ondernemingsnummer en de benaming te vermelden',
  },
  '353': {
    fr: 'Même numéro de carte C3.2A que le mois précédent',
    nl: 'Zelfde kaartnummer C3.2A als de vorige maand',
  },
  '354': {
    fr: "Numéro d'identification de période Dimona inconnu",
    nl: 'Identificatienummer van Dimonaperiode onbekend',
  },
  '355': {
    fr: 'Période Dimona ou enregistrement journalier déjà annulé(e)',
    nl: 'Reeds geannuleerde Dimonaperiode of dagelijkse registratie',
  },
  '356': { fr: 'Période Dimona déjà clôturée', nl: 'Reeds afgesloten Dimonaperiode' },
  '359': {
    fr: 'Interdit de faire une déclaration de modification pour clôturer une période Dimona',
    nl: 'Verboden om een wijzigende aangifte te doen om een Dimonaperiode af te sluiten',
  },
  '360': {
    fr: 'Date de début et/ou de fin obligatoire',
    nl: 'Begindatum en/of einddatum verplicht',
  },
  '361': {
    fr: 'Date/heure de début et/ou date/heure de fin obligatoire',
    nl: 'Begindatum/beginuur en/of einddatum/einduur verplicht',
  },
  '363': {
    fr: "NISS ou données d'identification obligatoires",
    nl: 'INSZ of identificatiegegevens verplicht',
  },
  '364': {
    fr: "Numéro ONSS ou numéro d'entreprise obligatoire",
    nl: 'RSZ-nummer of ondernemingsnummer verplicht',
  },
  '368': {
    fr: 'Interdit de supprimer la date de fin pour cette période',
    nl: 'Verboden de einddatum te verwijderen voor deze periode',
  },
  '421': {
    fr: 'Les dates de début et de fin de période doivent appartenir au même trimestre',
    nl: 'De begin- en einddatum van de periode moeten tot hetzelfde kwartaal behoren',
  },
  '444': { fr: "Aucune modification n'a été détectée", nl: 'Er zijn geen wijzigingen gevonden' },
  '460': { fr: 'Déclaration tardive', nl: 'Laattijdige aangifte' },
  '461': {
    fr: "L'employeur n'a pas opté pour le système Dimona pour ses enregistrements journaliers",
    nl: 'De werkgever heeft voor zijn dagelijkse registraties niet voor het Dimonasysteem gekozen',
  },
  '521': {
    fr: "Incompatible avec la nature de l'emploi",
    nl: 'Onverenigbaar met het soort werk',
  },
} as const

export type AnomalyCode = keyof typeof anomalyTexts

/** What is wrong with one declaration, in the terms of annex 30. It holds no value of the declaration. */
export interface Anomaly {
  /** number of the zone or block, five digits */
  readonly zone: string
  readonly code: AnomalyCode
  /** B blocks the declaration; NP and W do not */
  readonly class: 'B' | 'NP' | 'W'
  /** element name of the zone or block */
  readonly tag: string
}

/** Zone 00108, e.g. `00913-355`. */
export function errorId(anomaly: Anomaly): string {
  return `${anomaly.zone}-${anomaly.code}`
}

export function isBlocking(anomalies: readonly Anomaly[]): boolean {
  return anomalies.some((anomaly) => anomaly.class === 'B')
}

/** Why a set of files is refused: a transfer code of annex 30 and, for a signature, the result pair of annex 25. */
export interface ReceiptFault {
  /** three digits, written `ACRF-nnn` */
  readonly code: string
  /** main and explanatory code of annex 25, for our log: the receipt has no place for them */
  readonly signature?: string
}

/**
 * Internal code → what the sender of a file reads. 125 invalid signature, 153 certificate and owner do not fit, 102 XML
 * syntax, 138 encoding, 312 not valid by the schema, 184 too large, 103 sender not authorised, 133 already sent, 163 form
 * cannot be handled (also what no file can cause).
 */
const receiptFaults = {
  METHOD_NOT_ALLOWED: { code: '163' },
  NOT_FOUND: { code: '163' },
  MEDIA_TYPE: { code: '163' },
  NOT_ACCEPTABLE: { code: '163' },
  MESSAGE_TOO_LARGE: { code: '184' },
  MESSAGE_INCOMPLETE: { code: '163' },
  CLIENT_CERTIFICATE_MISSING: { code: '103' },
  CLIENT_CERTIFICATE_REFUSED: { code: '103' },
  OVERLOADED: { code: '163' },
  TOO_MANY_REQUESTS: { code: '163' },
  XML_ENCODING: { code: '138' },
  XML_DOCTYPE: { code: '102' },
  XML_MALFORMED: { code: '102' },
  XML_LIMIT: { code: '184' },
  SOAP_ENVELOPE: { code: '163' },
  SOAP_MUST_UNDERSTAND: { code: '163' },
  SOAP_ACTION: { code: '163' },
  SOAP_OPERATION: { code: '163' },
  WSS_HEADER: { code: '125', signature: '99/0' },
  WSS_TIMESTAMP_MISSING: { code: '125', signature: '99/0' },
  WSS_TIMESTAMP_FORM: { code: '125', signature: '99/0' },
  WSS_TIMESTAMP_WINDOW: { code: '125', signature: '99/0' },
  WSS_ALGORITHM: { code: '125', signature: '3/0' },
  WSS_REFERENCE: { code: '125', signature: '99/0' },
  WSS_PLAIN_ID: { code: '125', signature: '99/0' },
  WSS_DUPLICATE_ID: { code: '125', signature: '99/0' },
  WSS_TOKEN: { code: '125', signature: '10/0' },
  WSS_SIGNATURE: { code: '125', signature: '11/1203' },
  WSS_DIGEST: { code: '125', signature: '11/1205' },
  CERT_UNKNOWN_CA: { code: '125', signature: '10/1104' },
  CERT_VALIDITY: { code: '125', signature: '10/1207' },
  CERT_REVOKED: { code: '125', signature: '10/0' },
  CERT_REVOCATION_UNKNOWN: { code: '125', signature: '10/0' },
  CERT_KEY_USAGE: { code: '125', signature: '6/1019' },
  CERT_CONSTRAINT: { code: '125', signature: '10/0' },
  CERT_WEAK: { code: '125', signature: '3/3005' },
  CERT_NOT_QUALIFIED: { code: '125', signature: '6/1019' },
  CERT_UNBOUND: { code: '153' },
  CMS_FORM: { code: '125', signature: '1/0' },
  CLOCK_SKEW: { code: '125', signature: '99/0' },
  REPLAY: { code: '133' },
  REPLAY_CONFLICT: { code: '133' },
  IN_PROGRESS: { code: '163' },
  CONTRACT_INVALID: { code: '312' },
  CALLER_MISMATCH: { code: '153' },
  LEGAL_CONTEXT_UNKNOWN: { code: '103' },
  NOT_AUTHORISED: { code: '103' },
  NOTHING_GRANTED: { code: '103' },
  NOT_IMPLEMENTED: { code: '154' },
  NOT_INTEGRATED: { code: '163' },
  SSIN_STRUCTURE: { code: '163' },
  SSIN_UNKNOWN: { code: '163' },
  SSIN_REPLACED: { code: '163' },
  SSIN_CANCELLED: { code: '163' },
  REQUEST_INVALID: { code: '312' },
  SOURCE_UNAVAILABLE: { code: '163' },
  JOURNAL_UNAVAILABLE: { code: '163' },
  SIGNING_UNAVAILABLE: { code: '163' },
  INTERNAL: { code: '163' },
} as const satisfies Record<ErrorCode, ReceiptFault>

/** The receipt fault of an internal code. */
export function receiptFault(code: ErrorCode): ReceiptFault {
  return receiptFaults[code]
}
