// The part of Systems Manager's client that runs need. A dynamic import of the whole module would bundle all of its calls.
export { GetCalendarStateCommand, GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
