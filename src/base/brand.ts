declare const brand: unique symbol

/** A string that was checked once; only the file that declares the brand may cast to it (architecture test). */
export type Branded<Name extends string> = string & { readonly [brand]: Name }
