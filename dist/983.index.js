"use strict";
exports.id = 983;
exports.ids = [983];
exports.modules = {

/***/ 412:
/***/ ((__unused_webpack_module, exports) => {


// The toolkit imports undici for its client of GitHub alone, and that client is given another fetch here
// (src/action/fetch.ts). So this stands in its place, by npm's overrides: undici itself would make up three quarters of
// the bundle, and every step would load it. CommonJS, since both kinds of modules ask for it.

/** The toolkit's client of GitHub makes one as it loads, behind a proxy; nothing then uses it. */
exports.k = class ProxyAgent {}

/** Every request of this action goes through `node:http`. */
exports.h = () => Promise.reject(new Error('undici is not part of this action'))


/***/ }),

/***/ 378:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ HttpClient)
/* harmony export */ });
// Stands in for @actions/http-client where the toolkit imports it for what this action never asks it, by npm's overrides.
// What goes through a proxy goes through the real one, which is installed as toolkit-http-client (src/atlas/routes.ts).

class HttpClient {
  /** The toolkit's client of GitHub asks for both as it loads; it is given another `fetch`, which uses neither. */
  getAgent() {}
  getAgentDispatcher() {}

  /** The toolkit's core would ask for an OpenID token, which no step here wants. */
  getJson() {
    return Promise.reject(new Error('@actions/http-client is not part of this action'))
  }
}


/***/ })

};
;