// core-js has no types of its own, and its modules export nothing that is used here.
declare module 'core-js/*';
