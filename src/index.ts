import { failClosed } from './action/fail-closed.js'
import { main } from './action/main.js'

// The toolkit's proxy tunnel uses a deprecated API of Node, and readers of the log cannot fix that.
process.noDeprecation = true
failClosed(main)
