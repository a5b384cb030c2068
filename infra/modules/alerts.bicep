// What somebody is woken for. The counters are those of the meter OrchestratorFunctions; they arrive in the table AppMetrics.

@description('Ends the names of the resources.')
param name string

@description('Where alerts write to; empty for alerts that only show in the portal.')
param email string

@description('Resource id of the workspace with the counters.')
param workspaceId string

@description('Resource id of the namespace of the queue.')
param namespaceId string

@description('Name of the queue.')
param queue string

@description('Shards that must be heard of.')
param watchShards int

@description('Whether this installation always watches, or observes.')
param isHeard bool

@description('Region.')
param location string

@description('Tags of the resources.')
param tags { *: string }

// A row for every shard that is silent. The shards come from the query itself, so that no data at all is silence too; the
// empty table stands in for AppMetrics until the first counter has arrived.
var silentShards = '''
let metrics = union isfuzzy=true (datatable(TimeGenerated: datetime, Name: string, Properties: dynamic, Sum: real) []), AppMetrics;
range index from 0 to SHARDS - 1 step 1
| project shard = strcat('watch/', index)
| join kind=leftouter (
    metrics
    | where TimeGenerated > ago(10m) and Name == 'orchestrator.watch.beats'
    | summarize beats = sum(Sum) by shard = tostring(Properties.shard)
  ) on shard
| where coalesce(beats, 0.0) <= 0
| project shard
'''
var counted = '''
union isfuzzy=true (datatable(TimeGenerated: datetime, Name: string, Properties: dynamic, Sum: real) []), AppMetrics
| where TimeGenerated > ago(10m) and Name == 'COUNTER' and Sum > 0
'''

var rules = [
  {
    name: 'no-heartbeat'
    says: 'A shard of the fleet is not watched.'
    severity: 0
    query: replace(silentShards, 'SHARDS', string(watchShards))
    dimension: 'shard'
  }
  {
    name: 'recovery-failed'
    says: 'A recovery ended without a promotion.'
    severity: 1
    query: '${replace(counted, 'COUNTER', 'orchestrator.recoveries')}| where tostring(Properties.outcome) in (\'abandoned\', \'rolled-back\') and tostring(Properties.kind) != \'Relocate\'\n| project kind = tostring(Properties.kind)\n'
    dimension: 'kind'
  }
  {
    name: 'hold'
    says: 'Something is wrong and is held back: the code says what, the recovery record which setting would change it.'
    severity: 2
    query: '${replace(counted, 'COUNTER', 'orchestrator.holds')}| project cluster = tostring(Properties.cluster), code = tostring(Properties.code)\n'
    dimension: 'cluster'
  }
  {
    name: 'vantages-missing'
    says: 'Fewer vantage points are heard than must agree: no primary would be replaced.'
    severity: 1
    query: '${replace(counted, 'COUNTER', 'orchestrator.vantages.missing')}| project shard = tostring(Properties.shard)\n'
    dimension: 'shard'
  }
  {
    name: 'breaker-tripped'
    says: 'Too many clusters fail at once: recoveries of the whole fleet are stopped until somebody looks.'
    severity: 0
    query: '${replace(counted, 'COUNTER', 'orchestrator.breaker.trips')}| project Name\n'
    dimension: ''
  }
]

resource actions 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${name}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'orchestrator'
    enabled: true
    emailReceivers: empty(email)
      ? []
      : [
          {
            name: 'operators'
            emailAddress: email
            useCommonAlertSchema: true
          }
        ]
  }
}

resource counters 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  // A standby without a name of its own watches nothing until it has to.
  for rule in filter(rules, r => isHeard || r.name != 'no-heartbeat'): {
    name: '${rule.name}-${name}'
    location: location
    tags: tags
    properties: {
      displayName: '${rule.name} (${name})'
      description: rule.says
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT10M'
      // The tables are there only when telemetry has arrived.
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            dimensions: empty(rule.dimension) ? [] : [{ name: rule.dimension, operator: 'Include', values: ['*'] }]
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: [actions.id]
      }
    }
  }
]

resource deadLetters 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: 'dead-letters-${name}'
  location: 'global'
  tags: tags
  properties: {
    description: 'A failure could not be taken from the queue: its reason stands in the dead-letter queue.'
    severity: 1
    enabled: true
    scopes: [namespaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'dead-letters'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: [{ name: 'EntityName', operator: 'Include', values: [queue] }]
        }
      ]
    }
    actions: [{ actionGroupId: actions.id }]
  }
}

@description('Resource id of the action group.')
output actionGroupId string = actions.id
