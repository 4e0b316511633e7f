/** The core would prove itself with it when it asks for an OpenID token. */
export class BearerCredentialHandler {}
