/** What commands stand under in the help. */
export const LOOK_AT_A_DAEMON = 'Look at a program that keeps running'
export const FOR_TOOLS = 'For shells, tools and people'
