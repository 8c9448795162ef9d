import type { CompositeValue } from '../../registers/field.ts'
import { known, leaf, nested, path, tree, type Child } from '../element-tree.ts'
import { country, text } from '../wire-types.ts'

type Address = CompositeValue<'address'>

/** dt:Address: one path, so all of it is granted or nothing. */
export function address<Item>(
  name: string,
  of: string,
  value: (item: Item) => Address | undefined,
): Child<Item> {
  return nested(name, addressTree(of), (item) => known(value(item)))
}

/** The same where the schema wants one: empty when it is not known or withheld. */
export function addressAlways<Item>(
  name: string,
  of: string,
  value: (item: Item) => Address | undefined,
): Child<Item> {
  return nested(name, addressTree(of), (item) => [value(item) ?? {}], { required: true })
}

function addressTree(of: string) {
  return tree(addressRows<Address>(of, (one) => one))
}

/** The elements of dt:Address, up to the day on which it begins. */
export function addressRows<Item>(
  of: string,
  value: (item: Item) => Address | undefined,
): readonly Child<Item>[] {
  return [
    leaf('street', text, path(of), (one) => value(one)?.street),
    leaf('houseNbr', text, path(of), (one) => value(one)?.houseNumber),
    leaf('postBox', text, path(of), (one) => value(one)?.postBox),
    leaf('zipCode', text, path(of), (one) => value(one)?.zipCode),
    leaf('city', text, path(of), (one) => value(one)?.city),
    leaf('countryCode', country, path(of), (one) => value(one)?.countryCode),
  ]
}
