import type { Hello, TypedMessage } from '../baton-service.ts'

/** Longest text of the build and the host that the service takes. Source: baton-service.md §2.1. */
const LONGEST = 256

/** Cut by whole characters. */
const cut = (text: string): string => (text.length > LONGEST ? Array.from(text).slice(0, LONGEST).join('') : text)

/** A hello request without its `host_id`. Longer texts are cut to 256 characters. */
export function helloFields({ taskId, build, host, metadata }: Hello): TypedMessage['value'] {
  return {
    task_id: taskId,
    build_info: {
      lang_version: cut(build.langVersion),
      package: cut(build.package),
      package_version: cut(build.packageVersion),
    },
    os_info: {
      hostname: cut(host.hostname),
      os: cut(host.os),
      platform: cut(host.platform),
      platform_version: cut(host.platformVersion),
      platform_family: cut(host.platformFamily),
      kernel_version: cut(host.kernelVersion),
      kernel_arch: cut(host.kernelArch),
      virtualization_system: cut(host.virtualizationSystem),
    },
    connector_metadata: metadata.value,
  }
}
