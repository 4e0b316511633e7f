/** The protection space of the real servers, and who may enter it. */
export const realm = 'backup area'
export const user = { name: 'e2e-user', password: 'e2e: pass phrase' } as const
