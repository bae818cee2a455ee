/** Whether a host name, as a URL has it or by itself, is this machine's own: the only one that may be spoken to in the clear. */
export const isLoopback = (hostname: string): boolean => /^(?:localhost|\[::1\]|::1|127(?:\.\d+){3})$/i.test(hostname)
