/** $(NAME) becomes its value, $$ a dollar; what is not known stays: third_party/forked/golang/expansion. */
export const expand = (text: string, values: ReadonlyMap<string, string>): string =>
  text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (values.get(name) ?? whole),
  )
