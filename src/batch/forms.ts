/**
 * The kinds of file that are taken, by purpose code of the file name: a further form is a row here, its XSD under
 * schemas/structured-messages, and a handler in app.ts.
 */
export const forms = {
  DIMN: {
    root: 'Dimona',
    identification: 'DIMONA',
    /** the element around one declaration */
    form: 'Form',
    /** quarters of the schema versions that are accepted, newest first; file name `<root>_<version>.xsd` */
    versions: ['20231', '20223'],
  },
} as const

export type Purpose = keyof typeof forms

/** Names of the schema files of a purpose, e.g. `Dimona_20231.xsd`: what `xsi:noNamespaceSchemaLocation` may say. */
export function schemaNames(purpose: Purpose): readonly string[] {
  const { root, versions } = forms[purpose]
  return versions.map((version) => `${root}_${version}.xsd`)
}
