// scimmy behind its express routers. What is ours is the storage: two maps, ids, unique names, 404.
import { randomUUID } from 'node:crypto'
import express from 'express'
import SCIMMY from 'scimmy'
import SCIMMYRouters from 'scimmy-routers'

const { Resources, Schemas, Types } = SCIMMY
const refuse = (status, scimType, detail) => new Types.Error(status, scimType, detail)

/** Keeps the resources of one type; `unique` names the attribute that no two may share, whatever its case. */
function keep(Resource, unique) {
  const stored = new Map()
  const find = (id) => {
    const found = stored.get(id)
    if (!found) throw refuse(404, null, `Resource ${id} not found`)
    return found
  }
  Resources.declare(Resource)
    .ingress(({ id }, data) => {
      const before = id === undefined ? undefined : find(id)
      const values = JSON.parse(JSON.stringify(data))
      const name = unique && String(values[unique]).toLowerCase()
      for (const other of stored.values())
        if (unique && other.id !== id && String(other[unique]).toLowerCase() === name)
          throw refuse(409, 'uniqueness', `another resource has this ${unique}`)
      const now = new Date().toISOString()
      const meta = { resourceType: Resource.name, created: before?.meta.created ?? now, lastModified: now }
      const resource = { ...values, id: id ?? randomUUID(), meta }
      stored.set(resource.id, resource)
      return structuredClone(resource)
    })
    .egress(({ id, filter }) => {
      if (id !== undefined) return [structuredClone(find(id))]
      const all = structuredClone([...stored.values()])
      return filter ? filter.match(all) : all
    })
    .degress(({ id }) => {
      find(id)
      stored.delete(id)
    })
}

Resources.User.extend(Schemas.EnterpriseUser, false)
keep(Resources.User, 'userName')
keep(Resources.Group, undefined)

const routers = new SCIMMYRouters({
  type: 'bearer',
  docUri: 'https://docs.example.com/',
  handler(request) {
    if (request.header('Authorization') !== `Bearer ${process.env.TOKEN}`) throw new Error('the token is another one')
    return 'provisioner'
  },
})
const server = express()
  .use('/scim/v2', routers)
  .listen(0, '127.0.0.1', () => console.log(`SCIM on http://127.0.0.1:${server.address().port}/scim/v2`))
