import { failClosed } from './action/fail-closed.js'
import { main } from './action/main.js'

// The toolkit's tunnel calls what Node deprecates, about which a reader of the log can do nothing.
process.noDeprecation = true
failClosed(() => main(process.env))
