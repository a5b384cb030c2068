// Roles of one identity on a storage account: what the process needs for its state, and what the Functions host needs on top.

@description('Name of the storage account, in the resource group of this deployment.')
param accountName string

@description('Object id of the identity the process runs as.')
param principalId string

@description('What kind of identity that is.')
@allowed(['ServicePrincipal', 'User', 'Group'])
param principalType string = 'ServicePrincipal'

@description('Names the assignments of roles: something of that identity that is known before it exists.')
param assignee string = principalId

@description('Also gives the blobs to the identity: leases of timers, the durable backend and the deployed package.')
param blobs bool = false

// Built-in roles; with the first two the process makes its own tables and queues.
var stateRoles = [
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // Storage Table Data Contributor
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88' // Storage Queue Data Contributor
]
var blobRoles = [
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // Storage Blob Data Owner
]

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in concat(stateRoles, blobs ? blobRoles : []): {
    name: guid(account.id, assignee, role)
    scope: account
    properties: {
      principalId: principalId
      principalType: principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]
