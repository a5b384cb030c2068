// The storage account that holds the state: tables and a queue, opened by identity only.
targetScope = 'resourceGroup'

@description('Name of the storage account: 3 to 24 lower-case letters and digits, unique in Azure. It is the setting Storage:AccountName.')
@minLength(3)
@maxLength(24)
param accountName string

@description('Object id of the identity the process runs as (a managed identity, a service principal, or a developer).')
param principalId string

@description('What kind of identity that is.')
@allowed(['ServicePrincipal', 'User', 'Group'])
param principalType string = 'ServicePrincipal'

param location string = resourceGroup().location

@description('Zone-redundant by default: the state has to outlive a zone together with the databases.')
@allowed(['Standard_ZRS', 'Standard_LRS'])
param redundancy string = 'Standard_ZRS'

// Built-in roles; with them the process creates its own tables and queues.
var roles = {
  tables: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // Storage Table Data Contributor
  queues: '974c5e8b-45b9-4653-ba55-5f855dd0fb88' // Storage Queue Data Contributor
}

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: accountName
  location: location
  kind: 'StorageV2'
  sku: {
    name: redundancy
  }
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in items(roles): {
    name: guid(account.id, principalId, role.value)
    scope: account
    properties: {
      principalId: principalId
      principalType: principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)
    }
  }
]

output accountName string = account.name
