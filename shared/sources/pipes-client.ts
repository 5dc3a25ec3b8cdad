// The part of EventBridge Pipes' client that pipes need. A dynamic import of the whole module would bundle all of its calls.
export { DescribePipeCommand, paginateListPipes, PipesClient } from '@aws-sdk/client-pipes';
