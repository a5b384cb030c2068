// The storage account: state, durable backend, leases of the Functions host and the deployed package. Opened by identity only.
// It can be deployed alone for a process that runs elsewhere (README.md).

@description('Name of the storage account: 3 to 24 lower-case letters and digits, unique in Azure. It is the setting Storage:AccountName.')
@minLength(3)
@maxLength(24)
param accountName string

@description('Object id of the identity the process runs as (a managed identity, a service principal, or a developer).')
param principalId string

@description('What kind of identity that is.')
@allowed(['ServicePrincipal', 'User', 'Group'])
param principalType string = 'ServicePrincipal'

@description('Names the assignments of roles: something of that identity that is known before it exists.')
param assignee string = principalId

@description('Blob container for the package of the Functions app; empty when there is none, and then no blob is opened to the identity.')
param deploymentContainer string = ''

@description('Zone-redundant by default: the state has to outlive a zone together with the databases.')
@allowed(['Standard_ZRS', 'Standard_LRS'])
param redundancy string = 'Standard_ZRS'

@description('Whether the account answers on the public network.')
@allowed(['Enabled', 'Disabled'])
param publicAccess string = 'Enabled'

@description('Region.')
param location string = resourceGroup().location

@description('Tags of the resources.')
param tags { *: string } = {}

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: accountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: redundancy
  }
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: publicAccess
    supportsHttpsTrafficOnly: true
    networkAcls: {
      bypass: 'None'
      defaultAction: publicAccess == 'Enabled' ? 'Allow' : 'Deny'
    }
  }

  resource blobs 'blobServices' = if (!empty(deploymentContainer)) {
    name: 'default'

    resource deployments 'containers' = {
      name: empty(deploymentContainer) ? 'none' : deploymentContainer
    }
  }
}

module access 'access.bicep' = {
  params: {
    accountName: account.name
    principalId: principalId
    principalType: principalType
    assignee: assignee
    blobs: !empty(deploymentContainer)
  }
}

@description('Resource id.')
output id string = account.id

@description('Name, the setting Storage:AccountName.')
output accountName string = account.name

@description('Where the package of the Functions app is kept.')
output deploymentContainerUrl string = 'https://${account.name}.blob.${environment().suffixes.storage}/${deploymentContainer}'
