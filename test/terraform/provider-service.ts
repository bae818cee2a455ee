import type { handleUnaryCall, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js'
import { join } from 'node:path'
import { callbackify } from 'node:util'
import protobuf from 'protobufjs'

const service = protobuf.loadSync(join(import.meta.dirname, 'tfplugin6.proto')).lookupService('tfplugin6.Provider')
service.resolveAll()

/** `tfplugin6.Provider` as gRPC takes it, out of our own `.proto` file. */
export const providerService = Object.fromEntries(
  service.methodsArray.map((method) => {
    const { resolvedRequestType: request, resolvedResponseType: response } = method
    if (request === null || response === null) throw new Error(`${method.name} has no resolved types`)
    return [
      method.name,
      {
        path: `/tfplugin6.Provider/${method.name}`,
        requestStream: false,
        responseStream: false,
        requestSerialize: (message: object) => Buffer.from(request.encode(request.fromObject(message)).finish()),
        requestDeserialize: (bytes: Buffer) =>
          request.toObject(request.decode(bytes), { longs: Number, defaults: true }),
        responseSerialize: (message: object) => Buffer.from(response.encode(response.fromObject(message)).finish()),
        responseDeserialize: (bytes: Buffer) => response.toObject(response.decode(bytes), { longs: Number }),
      },
    ]
  }),
) as unknown as ServiceDefinition

/** Answers one call: a plain object in, a plain object out. */
export type Answer = (request: Readonly<Record<string, unknown>>) => Promise<object>

/** Wires answers to the methods of the service of the same name. */
export const implementation = (answers: Readonly<Record<string, Answer>>): UntypedServiceImplementation =>
  Object.fromEntries(
    Object.entries(answers).map(([name, answer]): [string, handleUnaryCall<Record<string, unknown>, object>] => [
      name,
      ({ request }, callback) =>
        callbackify(answer)(request, (error: Error | null, response) => callback(error, response)),
    ]),
  )
