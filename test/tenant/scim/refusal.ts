/** What a SCIM server answers instead of doing it. `scimType` as RFC 7644 §3.12 has it. */
export class ScimRefusal extends Error {
  readonly status: number
  readonly scimType: string | undefined

  constructor(status: number, scimType: string | undefined, detail: string) {
    super(detail)
    this.status = status
    this.scimType = scimType
  }
}
