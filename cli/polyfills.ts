// The features of ECMAScript 2024 and 2025 that the code and its packages use and Node.js 20 lacks. Loaded only where one is
// missing; core-js then adds only that.
/* oxlint-disable import/no-unassigned-import -- each of these modules adds something to a global object */
import 'core-js/actual/array/from-async';
import 'core-js/actual/iterator';
import 'core-js/actual/map/group-by';
import 'core-js/actual/object/group-by';
import 'core-js/actual/promise/with-resolvers';
import 'core-js/actual/set';
