// What usage needs of CloudTrail's client. Imported by itself the client would bring all of its calls into the bundle.
export { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
