/** A WSDL read back into the notation of the outlines: messages, port type, binding, service. */
import { XmlDocument, XmlElement } from 'libxml2-wasm'

const elementsOf = (element: XmlElement) =>
  element.find('*').filter((node) => node instanceof XmlElement)

const at = (element: XmlElement, name: string) => element.attr(name)?.value

const local = (text = '') => text.replace(/^\w+:/, '')

const described: Readonly<Record<string, (element: XmlElement) => readonly string[]>> = {
  documentation: (element) => [`documentation "${element.content}"`],
  message: (element) => {
    const [part] = elementsOf(element)
    return [
      `message ${at(element, 'name')!} : part ${at(part!, 'name')!} element ${local(at(part!, 'element'))}`,
    ]
  },
  portType: (element) => [
    `portType ${at(element, 'name')!}`,
    ...elementsOf(element).map((operation) => {
      const kinds = elementsOf(operation).map((one) => `${one.name}${named(one)} message=${local(at(one, 'message'))}`) // prettier-ignore
      return `operation ${at(operation, 'name')!} : ${kinds.join(' ; ')}`
    }),
  ],
  binding: (element) => {
    const [soap, ...operations] = elementsOf(element)
    return [
      `binding ${at(element, 'name')!} : type=${local(at(element, 'type'))} soap:binding style=${at(soap!, 'style')!} transport="${at(soap!, 'transport')!}"`,
      ...operations.flatMap((operation) => {
        const [action, ...kinds] = elementsOf(operation)
        const bodies = kinds.map((kind) => {
          const [body] = elementsOf(kind)
          return `${kind.name}${named(kind)} soap:${body!.name}${named(body!)} use=${at(body!, 'use')!}`
        })
        return [
          `operation ${at(operation, 'name')!} : soapAction="${at(action!, 'soapAction')!}"`,
          bodies.join(' ; '),
        ]
      }),
    ]
  },
  service: (element) => [
    `service ${at(element, 'name')!}`,
    ...elementsOf(element).map(
      (port) => `port ${at(port, 'name')!} : binding=${local(at(port, 'binding'))}`,
    ),
  ],
}

function named(element: XmlElement): string {
  const name = at(element, 'name')
  return name === undefined ? '' : ` name=${name}`
}

/** Declarations of a WSDL; the address is ours and not compared. */
export function outlineOfWsdl(text: string): readonly string[] {
  using document = XmlDocument.fromString(text)
  const { root } = document
  return [
    `WSDL definitions name="${at(root, 'name')!}" targetNamespace="${at(root, 'targetNamespace')!}"`,
    ...elementsOf(root).flatMap((child) => described[child.name]?.(child) ?? []),
  ]
}

/** The WSDL part of an outline file. */
export function publishedWsdl(text: string): readonly string[] {
  const body = text.split('\n==== WSDL\n')[1]!.split('\n==== ')[0]!
  return body
    .split('\n')
    .map((line) => line.replace(/ {3}-- .*$/, '').trim())
    .filter((line) => line !== '')
    .map((line) => line.replace(/ soap:address ".*"$/, ''))
}
