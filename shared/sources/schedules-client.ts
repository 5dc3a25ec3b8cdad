// The part of EventBridge Scheduler's client that schedules need. A dynamic import of the whole module would bundle all of its calls.
export { GetScheduleCommand, paginateListSchedules, SchedulerClient } from '@aws-sdk/client-scheduler';
