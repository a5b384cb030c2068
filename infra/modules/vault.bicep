// The passwords of the MySQL accounts and of whoever signs in to the HTTP function, and what webhooks need. The app reads them by reference; nothing else holds them.

@description('Name of the vault: 3 to 24 characters, unique in Azure.')
@minLength(3)
@maxLength(24)
param name string

@description('Object id of the identity of the app.')
param principalId string

@description('Names the assignments of roles: something of that identity that is known before it exists.')
param assignee string

@description('Password of the account that probes; empty leaves the secret that is there.')
@secure()
param mysqlPassword string

@description('Password of the account that replicates; empty leaves the secret that is there.')
@secure()
param mysqlReplicationPassword string

@description('Password of whoever signs in to the HTTP function; empty leaves the secret that is there.')
@secure()
param apiPassword string

@description('Addresses of webhooks, which may be secrets themselves; empty leaves the secret that is there.')
@secure()
param hookUrl string

@description('Secret webhooks are signed with; empty leaves the secret that is there.')
@secure()
param hookSecret string

@description('Whether the vault answers on the public network.')
@allowed(['Enabled', 'Disabled'])
param publicAccess string

@description('Region.')
param location string

@description('Tags of the resources.')
param tags { *: string }

var secrets = {
  mysqlPassword: 'mysql-password'
  mysqlReplicationPassword: 'mysql-replication-password'
  apiPassword: 'api-password'
  hookUrl: 'hook-url'
  hookSecret: 'hook-secret'
}
// Key Vault Secrets User: reads secrets, lists and changes none.
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

// Deleted vaults and secrets can be had back for a week. Purge protection is left off: with it, an installation that was
// taken down could not be put up again under its name for that week.
resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    publicNetworkAccess: publicAccess
    networkAcls: {
      bypass: 'None'
      defaultAction: publicAccess == 'Enabled' ? 'Allow' : 'Deny'
    }
  }

  resource password 'secrets' = if (!empty(mysqlPassword)) {
    name: secrets.mysqlPassword
    properties: {
      value: mysqlPassword
    }
  }

  resource replicationPassword 'secrets' = if (!empty(mysqlReplicationPassword)) {
    name: secrets.mysqlReplicationPassword
    properties: {
      value: mysqlReplicationPassword
    }
  }

  resource apiSecret 'secrets' = if (!empty(apiPassword)) {
    name: secrets.apiPassword
    properties: {
      value: apiPassword
    }
  }

  resource webhookUrl 'secrets' = if (!empty(hookUrl)) {
    name: secrets.hookUrl
    properties: {
      value: hookUrl
    }
  }

  resource webhookSecret 'secrets' = if (!empty(hookSecret)) {
    name: secrets.hookSecret
    properties: {
      value: hookSecret
    }
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, assignee, secretsUser)
  scope: vault
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}

var address = 'https://${vault.name}${environment().suffixes.keyvaultDns}/secrets'

@description('Resource id.')
output id string = vault.id

@description('Reference to the password of the account that probes: no secret itself. Without a version, so that a new one is taken up by itself.')
output probingReference string = '@Microsoft.KeyVault(SecretUri=${address}/${secrets.mysqlPassword})'

@description('Reference to the password of the account that replicates.')
output replicationReference string = '@Microsoft.KeyVault(SecretUri=${address}/${secrets.mysqlReplicationPassword})'

@description('Reference to the password of whoever signs in to the HTTP function.')
output apiReference string = '@Microsoft.KeyVault(SecretUri=${address}/${secrets.apiPassword})'

@description('Reference to the addresses of webhooks.')
output hookUrlReference string = '@Microsoft.KeyVault(SecretUri=${address}/${secrets.hookUrl})'

@description('Reference to the secret webhooks are signed with.')
output hookSecretReference string = '@Microsoft.KeyVault(SecretUri=${address}/${secrets.hookSecret})'
