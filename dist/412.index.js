"use strict";
exports.id = 412;
exports.ids = [412,31];
exports.modules = {

/***/ 412:
/***/ ((__unused_webpack_module, exports) => {


// The toolkit imports undici for its client of GitHub alone, and that client is given another fetch here
// (src/action/fetch.ts). So this stands in its place, by npm's overrides: undici itself would make up two thirds of the
// bundle, which every job downloads. CommonJS, since both kinds of modules ask for it.

/** The toolkit's client of GitHub makes one as it loads, behind a proxy; nothing then uses it. */
exports.k = class ProxyAgent {}

/** Every request of this action goes through `node:http`. */
exports.h = () => Promise.reject(new Error('undici is not part of this action'))


/***/ })

};
;