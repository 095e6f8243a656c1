/** placeholder */
export interface NetworkNamespace {
  readonly number: number
  readonly ip: string
}
