/** Whether a host name of a URL is this machine's own: the only one that may be spoken to over plain http. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
