import type { Texts } from '../base/texts.ts'

/**
 * What problems say, beside the general codes (base/message-codes.ts). `belgif`: the wording of Belgif's library, without the
 * value of the input, and with ENSS, the official German abbreviation, for its INSS.
 */
export const problemTexts = {
  /** belgif */
  inputIncorrect: {
    en: 'The input message is incorrect',
    nl: 'Het input bericht is ongeldig',
    fr: 'Le message en input est incorrect',
    de: 'Der Input-Bericht ist nicht gültig',
  },
  /** belgif */
  upstream: {
    en: 'Error in communication with upstream service',
    nl: 'Probleem in communicatie met upstream service',
    fr: 'Problème de communication avec le service en amont',
    de: 'Kommunikationsproblem mit Upstream-Dienst',
  },
  /** belgif */
  inputUnknown: {
    en: 'Input is unknown',
    nl: 'Input is onbekend',
    fr: "L'input est inconnu",
    de: 'Der Input ist nicht bekannt',
  },
  /** belgif */
  ssinInvalid: {
    en: 'The SSIN is invalid',
    nl: 'Het INSZ is ongeldig',
    fr: 'Le NISS est invalide',
    de: 'Die ENSS ist nicht gültig',
  },
  /** belgif */
  ssinUnknown: {
    en: 'The SSIN does not exist',
    nl: 'Het INSZ bestaat niet',
    fr: 'Le NISS est inconnu',
    de: 'Die ENSS besteht nicht',
  },
  /** belgif */
  ssinReplaced: {
    en: 'The SSIN has been replaced',
    nl: 'Het INSZ is vervangen',
    fr: 'Le NISS a été remplacé',
    de: 'Die ENSS wurde ersetzt',
  },
  /** belgif */
  ssinCancelled: {
    en: 'The SSIN has been canceled',
    nl: 'Het INSZ is geannuleerd',
    fr: 'Le NISS a été annulé',
    de: 'Die ENSS wurde annulliert',
  },
  jsonSyntax: {
    en: 'JSON syntax error',
    nl: 'JSON-syntaxisfout',
    fr: 'Erreur de syntaxe JSON',
    de: 'JSON-Syntaxfehler',
  },
  certificateRefused: {
    en: 'The TLS client certificate is not accepted',
    nl: 'Het TLS-clientcertificaat wordt niet aanvaard',
    fr: "Le certificat client TLS n'est pas accepté",
    de: 'Das TLS-Clientzertifikat wird nicht akzeptiert',
  },
  certificateMissing: {
    en: 'A TLS client certificate is needed',
    nl: 'Een TLS-clientcertificaat is vereist',
    fr: 'Un certificat client TLS est requis',
    de: 'Ein TLS-Clientzertifikat ist erforderlich',
  },
  notFound: {
    en: 'No such resource found',
    nl: 'Deze resource bestaat niet',
    fr: "Cette ressource n'existe pas",
    de: 'Diese Ressource existiert nicht',
  },
  method: {
    en: 'The resource does not offer this method',
    nl: 'De resource biedt deze methode niet aan',
    fr: "La ressource n'offre pas cette méthode",
    de: 'Die Ressource bietet diese Methode nicht an',
  },
  mediaType: {
    en: 'The body must be application/json in UTF-8 without content encoding',
    nl: 'De body moet application/json in UTF-8 zonder content encoding zijn',
    fr: 'Le corps doit être application/json en UTF-8 sans content encoding',
    de: 'Der Body muss application/json in UTF-8 ohne Content-Encoding sein',
  },
  acceptable: {
    en: 'The resource is offered as application/json only',
    nl: 'De resource wordt enkel als application/json aangeboden',
    fr: "La ressource n'est offerte qu'en application/json",
    de: 'Die Ressource wird nur als application/json angeboten',
  },
  tooLarge: {
    en: 'The request message is too large',
    nl: 'Het bericht van de vraag is te groot',
    fr: 'Le message de la demande est trop volumineux',
    de: 'Die Anfragenachricht ist zu groß',
  },
  incomplete: {
    en: 'The request message breaks off',
    nl: 'Het bericht van de vraag breekt af',
    fr: 'Le message de la demande est interrompu',
    de: 'Die Anfragenachricht bricht ab',
  },
  overloaded: {
    en: 'Too many requests at once',
    nl: 'Te veel vragen tegelijk',
    fr: 'Trop de demandes à la fois',
    de: 'Zu viele Anfragen gleichzeitig',
  },
  tooMany: {
    en: 'Too many requests or connections of this caller',
    nl: 'Te veel vragen of verbindingen van deze aanroeper',
    fr: 'Trop de demandes ou de connexions de cet appelant',
    de: 'Zu viele Anfragen oder Verbindungen dieses Aufrufers',
  },
  replay: {
    en: 'The message was already received',
    nl: 'Het bericht werd al ontvangen',
    fr: 'Le message a déjà été reçu',
    de: 'Die Nachricht wurde bereits empfangen',
  },
  identifierUsed: {
    en: 'The message identifier was already used',
    nl: 'De identificatie van het bericht werd al gebruikt',
    fr: "L'identifiant du message a déjà été utilisé",
    de: 'Die Kennung der Nachricht wurde bereits verwendet',
  },
  inProgress: {
    en: 'The message is being answered; send it again later',
    nl: 'Het bericht wordt beantwoord; zend het later opnieuw',
    fr: 'Le message est en cours de traitement; renvoyez-le plus tard',
    de: 'Die Nachricht wird beantwortet; senden Sie sie später erneut',
  },
  unavailable: {
    en: 'The service is temporarily unavailable',
    nl: 'De dienst is tijdelijk niet beschikbaar',
    fr: 'Le service est temporairement indisponible',
    de: 'Der Dienst ist vorübergehend nicht verfügbar',
  },
} as const satisfies Record<string, Texts>

/** A fault under a keyword of JSON Schema. */
export function breaksRule(keyword: string): Texts {
  return {
    en: `Input breaks the rule ${keyword} of the schema`,
    nl: `De input schendt de regel ${keyword} van het schema`,
    fr: `L'input enfreint la règle ${keyword} du schéma`,
    de: `Der Input verletzt die Regel ${keyword} des Schemas`,
  }
}
