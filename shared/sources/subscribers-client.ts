// The part of Cloud Control's client that subscribers need. A dynamic import of the whole module would bundle all of its calls.
export { CloudControlClient, GetResourceCommand, paginateListResources } from '@aws-sdk/client-cloudcontrol';
