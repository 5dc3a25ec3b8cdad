// The part of CloudTrail's client that usage needs. A dynamic import of the whole module would bundle all of its calls.
export { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
