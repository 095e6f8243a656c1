import { Refusal } from '../refusal.ts'

export const noSuchResource = () => new Refusal(404, 'NotFound', 'the server could not find the requested resource', {})

export const notAllowed = () =>
  new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})
