import type { ErrorCode } from './errors.ts'
import type { Texts } from './texts.ts'

/**
 * The general codes of the Crossroads Bank (conventions.md §6.1), as data. English texts are the published wording where
 * there is one (`wire`: read literally from real messages); the others are ours, for problems in REST and
 * for screens. `told` says how a refusal with this code is told: as the status of a normal reply (NO_RESULT), or as a SOAP fault (design.md §3).
 */
export const messageCodes = {
  MSG00000: {
    told: 'status',
    en: 'Treatment successful',
    fr: 'Traitement réussi',
    nl: 'Verwerking geslaagd',
    de: 'Verarbeitung erfolgreich',
  },
  MSG00001: {
    told: 'fault',
    en: 'Service temporarily unavailable',
    fr: 'Service temporairement indisponible',
    nl: 'Dienst tijdelijk niet beschikbaar',
    de: 'Dienst vorübergehend nicht verfügbar',
  },
  MSG00002: {
    told: 'fault',
    en: 'Error in communication with the destination/supplier.',
    fr: 'Erreur de communication avec le destinataire ou le fournisseur.',
    nl: 'Fout in de communicatie met de bestemmeling of de leverancier.',
    de: 'Fehler bei der Kommunikation mit dem Empfänger oder dem Lieferanten.',
  },
  MSG00003: {
    told: 'fault',
    en: 'Unexpected internal error occurred',
    fr: 'Une erreur interne inattendue est survenue',
    nl: 'Er is een onverwachte interne fout opgetreden',
    de: 'Ein unerwarteter interner Fehler ist aufgetreten',
  },
  MSG00004: {
    told: 'fault',
    en: 'The structure of the request is invalid.',
    fr: 'La structure de la demande est invalide.',
    nl: 'De structuur van de vraag is ongeldig.',
    de: 'Die Struktur der Anfrage ist ungültig.',
  },
  MSG00005: {
    told: 'status',
    en: 'The ssin given in request does not exist.',
    fr: "Le NISS donné dans la demande n'existe pas.",
    nl: 'Het INSZ in de vraag bestaat niet.',
    de: 'Die in der Anfrage angegebene ENSS existiert nicht.',
  },
  MSG00006: {
    told: 'status',
    en: 'The ssin given in request is replaced.',
    fr: 'Le NISS donné dans la demande est remplacé.',
    nl: 'Het INSZ in de vraag is vervangen.',
    de: 'Die in der Anfrage angegebene ENSS wurde ersetzt.',
  },
  MSG00007: {
    told: 'status',
    en: 'The ssin given in request is canceled.',
    fr: 'Le NISS donné dans la demande est annulé.',
    nl: 'Het INSZ in de vraag is geannuleerd.',
    de: 'Die in der Anfrage angegebene ENSS wurde annulliert.',
  },
  MSG00008: {
    told: 'status',
    en: 'The request contains invalid data. Please check your message content.',
    fr: 'La demande contient des données invalides. Veuillez vérifier le contenu de votre message.',
    nl: 'De vraag bevat ongeldige gegevens. Gelieve de inhoud van uw bericht na te kijken.',
    de: 'Die Anfrage enthält ungültige Daten. Bitte überprüfen Sie den Inhalt Ihrer Nachricht.',
  },
  MSG00011: {
    told: 'status',
    en: 'The structure of the ssin given in request is invalid.',
    fr: 'La structure du NISS donné dans la demande est invalide.',
    nl: 'De structuur van het INSZ in de vraag is ongeldig.',
    de: 'Die Struktur der in der Anfrage angegebenen ENSS ist ungültig.',
  },
  MSG00012: {
    told: 'status',
    en: 'The ssin given in request is not integrated for the source (client).',
    fr: "Le NISS donné dans la demande n'est pas intégré pour la source (client).",
    nl: 'Het INSZ in de vraag is niet geïntegreerd voor de bron (klant).',
    de: 'Die in der Anfrage angegebene ENSS ist für die Quelle (den Kunden) nicht integriert.',
  },
  MSG00013: {
    told: 'status',
    en: 'Access to this operation is not allowed with the given legalcontext and credentials.',
    fr: "L'accès à cette opération n'est pas autorisé avec le contexte légal et les identifiants donnés.",
    nl: 'De toegang tot deze operatie is niet toegestaan met de gegeven wettelijke context en identificatie.',
    de: 'Der Zugriff auf diese Operation ist mit dem angegebenen gesetzlichen Kontext und den angegebenen Zugangsdaten nicht erlaubt.',
  },
  MSG00014: {
    told: 'fault',
    en: 'Credentials provided by client do not match the customer organization.',
    fr: "Les identifiants du client ne correspondent pas à l'organisation cliente.",
    nl: 'De identificatie van de klant komt niet overeen met de klantorganisatie.',
    de: 'Die Zugangsdaten des Kunden stimmen nicht mit der Kundenorganisation überein.',
  },
  MSG00015: {
    told: 'fault',
    en: 'Authorisation refused.',
    fr: 'Autorisation refusée.',
    nl: 'Machtiging geweigerd.',
    de: 'Ermächtigung verweigert.',
  },
  MSG00016: {
    told: 'fault',
    en: 'The operation is not allowed for the authenticated user.',
    fr: "L'opération n'est pas autorisée pour l'utilisateur authentifié.",
    nl: 'De operatie is niet toegestaan voor de geauthenticeerde gebruiker.',
    de: 'Die Operation ist dem authentifizierten Benutzer nicht erlaubt.',
  },
  MSG00020: {
    told: 'fault',
    en: 'The supplier is unavailable.',
    fr: "Le fournisseur n'est pas disponible.",
    nl: 'De leverancier is niet beschikbaar.',
    de: 'Der Lieferant ist nicht verfügbar.',
  },
  MSG00021: {
    told: 'status',
    en: 'The ssin given in request not integrated for the destination (supplier/receiver).',
    fr: "Le NISS donné dans la demande n'est pas intégré pour la destination (fournisseur/destinataire).",
    nl: 'Het INSZ in de vraag is niet geïntegreerd voor de bestemming (leverancier/ontvanger).',
    de: 'Die in der Anfrage angegebene ENSS ist für das Ziel (Lieferant/Empfänger) nicht integriert.',
  },
  MSG00023: {
    told: 'fault',
    en: 'The reply of the supplier is incorrect.',
    fr: 'La réponse du fournisseur est incorrecte.',
    nl: 'Het antwoord van de leverancier is onjuist.',
    de: 'Die Antwort des Lieferanten ist fehlerhaft.',
  },
  MSG00025: {
    told: 'fault',
    en: 'The operation is not implemented.',
    fr: "L'opération n'est pas implémentée.",
    nl: 'De operatie is niet geïmplementeerd.',
    de: 'Die Operation ist nicht implementiert.',
  },
  MSG00027: {
    told: 'status',
    en: 'The client is not authorized to consult the requested data.',
    fr: "Le client n'est pas autorisé à consulter les données demandées.",
    nl: 'De klant is niet gemachtigd om de gevraagde gegevens te raadplegen.',
    de: 'Der Kunde ist nicht berechtigt, die angefragten Daten einzusehen.',
  },
  MSG00100: {
    told: 'status',
    en: 'Treatment successful, but no data found at the supplier.',
    fr: "Traitement réussi, mais aucune donnée n'a été trouvée chez le fournisseur.",
    nl: 'Verwerking geslaagd, maar er zijn geen gegevens gevonden bij de leverancier.',
    de: 'Verarbeitung erfolgreich, aber beim Lieferanten wurden keine Daten gefunden.',
  },
} as const satisfies Record<string, { readonly told: 'status' | 'fault' } & Texts>

export type MessageCode = keyof typeof messageCodes

/**
 * The refusals of a proven caller → the general code under which they are told. Errors that are not here have no such code:
 * they are told before the caller is known, or by the transport.
 */
export const messageCodeOf = {
  CLOCK_SKEW: 'MSG00015',
  REPLAY: 'MSG00015',
  REPLAY_CONFLICT: 'MSG00015',
  IN_PROGRESS: 'MSG00001',
  CONTRACT_INVALID: 'MSG00004',
  CALLER_MISMATCH: 'MSG00014',
  LEGAL_CONTEXT_UNKNOWN: 'MSG00013',
  NOT_AUTHORISED: 'MSG00013',
  NOTHING_GRANTED: 'MSG00027',
  NOT_IMPLEMENTED: 'MSG00025',
  NOT_INTEGRATED: 'MSG00012',
  SSIN_STRUCTURE: 'MSG00011',
  SSIN_UNKNOWN: 'MSG00005',
  SSIN_REPLACED: 'MSG00006',
  SSIN_CANCELLED: 'MSG00007',
  REQUEST_INVALID: 'MSG00008',
  SOURCE_UNAVAILABLE: 'MSG00020',
  JOURNAL_UNAVAILABLE: 'MSG00001',
  INTERNAL: 'MSG00003',
} as const satisfies Partial<Record<ErrorCode, MessageCode>>

/** The general code of an error; undefined when it has none. */
export function findMessageCode(code: ErrorCode): MessageCode | undefined {
  return (messageCodeOf as Partial<Record<ErrorCode, MessageCode>>)[code]
}
