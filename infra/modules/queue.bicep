// The queue of failures: one session a cluster, a message id a failure.

@description('Name of the namespace, unique in Azure.')
param name string

@description('Object id of the identity of the app.')
param principalId string

@description('Names the assignments of roles: something of that identity that is known before it exists.')
param assignee string

@description('Premium, which private endpoints need; otherwise Standard, which sessions and duplicate detection need.')
param premium bool

@description('Whether the namespace answers on the public network.')
@allowed(['Enabled', 'Disabled'])
param publicAccess string

@description('Region.')
param location string

@description('Tags of the resources.')
param tags { *: string }

// Sending and receiving, and no right to change the queue. The scale controller takes the length of the queue only with the
// right to manage it; without, it adds instances one at a time, which is plenty for failures.
var roles = [
  '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39' // Azure Service Bus Data Sender
  '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0' // Azure Service Bus Data Receiver
]

resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' = {
  name: name
  location: location
  tags: tags
  sku: premium ? { name: 'Premium', tier: 'Premium', capacity: 1 } : { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: publicAccess
  }

  resource failures 'queues' = {
    name: 'failures'
    properties: {
      requiresSession: true
      requiresDuplicateDetection: true
      duplicateDetectionHistoryTimeWindow: 'PT10M'
      maxDeliveryCount: 5
      lockDuration: 'PT1M'
      // A failure of yesterday is no news; it is kept where somebody sees it.
      defaultMessageTimeToLive: 'P1D'
      deadLetteringOnMessageExpiration: true
    }
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in roles: {
    name: guid(namespace::failures.id, assignee, role)
    scope: namespace::failures
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

@description('Resource id of the namespace.')
output id string = namespace.id

@description('Name of the queue.')
output queue string = namespace::failures.name

@description('Host of the namespace.')
output host string = '${namespace.name}.servicebus.windows.net'
