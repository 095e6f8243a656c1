/** A refusal in the API server's own words. */
export class ApiError extends Error {
  readonly code: number
  readonly reason: string

  constructor(code: number, reason: string, message: string) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.reason = reason
  }
}

export const isNotFound = (error: unknown) => error instanceof ApiError && error.code === 404
export const isConflict = (error: unknown) => error instanceof ApiError && error.code === 409
export const isForbidden = (error: unknown) => error instanceof ApiError && (error.code === 403 || error.code === 401)

/** What this user may not see is undefined. */
export const unlessForbidden = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (isForbidden(error)) return undefined
    throw error
  })
