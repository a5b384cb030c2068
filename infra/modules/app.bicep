// The Functions app and its plan.

@description('Name of the app, unique in Azure.')
param name string

@description('Resource id of the identity the app runs as.')
param identityId string

@description('Client id of that identity.')
param clientId string

@description('Every setting the app reads, by its key.')
param settings { *: string }

@description('Account of the Functions host: leases of timers, the durable backend, the package.')
param storageAccount string

@description('Container of the package.')
param deploymentContainer string

@description('Host of the namespace with the queue of failures.')
param queueNamespace string

@description('Where telemetry is sent to.')
param telemetryConnection string

@description('Shards of the fleet, each with a timer of its own.')
@minValue(1)
@maxValue(8)
param watchShards int

@description('Always-ready instances of the durable orchestrations.')
param alwaysReadyDurable int

@description('Always-ready instances of the HTTP function.')
param alwaysReadyHttp int

@description('Memory of every instance in MB.')
param instanceMemory int

@description('Instances the app may scale out to.')
param maximumInstances int

@description('Spreads the instances over zones.')
param zoneRedundant bool

@description('Subnet through which the app reaches servers and private endpoints; empty for none.')
param subnetId string

@description('Address ranges from which the HTTP front and the deployment endpoint may be reached; empty for all.')
param allowedAddresses string[]

@description('Client id of the Entra application in front of the HTTP function; empty for none.')
param entraClientId string

@description('Region.')
param location string

@description('Tags of the resources.')
param tags { *: string }

var timers = ['WatchTimer', 'WatchTimer1', 'WatchTimer2', 'WatchTimer3', 'WatchTimer4', 'WatchTimer5', 'WatchTimer6', 'WatchTimer7']

// A watcher that has to be woken first is none. Timers share no instance with other functions, so each is named.
// Spread over zones, the platform wants two of what is always ready.
var least = zoneRedundant ? 2 : 1
var alwaysReady = concat(
  map(take(timers, watchShards), timer => { name: 'function:${timer}', instanceCount: least }),
  alwaysReadyDurable > 0 ? [{ name: 'durable', instanceCount: max(least, alwaysReadyDurable) }] : [],
  alwaysReadyHttp > 0 ? [{ name: 'http', instanceCount: max(least, alwaysReadyHttp) }] : []
)

var appSettings = toObject(items(settings), s => replace(s.key, ':', '__'), s => s.value)
// The host reads the names AzureWebJobs.NAME.Disabled and AzureWebJobs_NAME_Disabled and no other one. This is the documented one ("How to disable
// functions in Azure Functions"), and the one the portal writes. A name with dots may be set on Linux too: the platform hands it to the process with
// an underscore for each dot ("Configure an App Service app"), which is the second name. A double underscore would be a colon, which nobody reads.
var disabled = toObject(skip(timers, watchShards), timer => 'AzureWebJobs.${timer}.Disabled', _ => 'true')
var platform = {
  AZURE_CLIENT_ID: clientId
  AzureWebJobsStorage__accountName: storageAccount
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: clientId
  FailureBus__fullyQualifiedNamespace: queueNamespace
  FailureBus__credential: 'managedidentity'
  FailureBus__clientId: clientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: telemetryConnection
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${clientId};Authorization=AAD'
}

var restrictions = [
  for (range, i) in allowedAddresses: {
    name: 'allowed-${i}'
    ipAddress: range
    action: 'Allow'
    priority: 100 + i
  }
]

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    tier: 'FlexConsumption'
    name: 'FC1'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  // By this tag azd finds the app to deploy to; the name of the service stands in azure.yaml.
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      ipSecurityRestrictions: restrictions
      ipSecurityRestrictionsDefaultAction: empty(allowedAddresses) ? 'Allow' : 'Deny'
      scmIpSecurityRestrictionsUseMain: true
      appSettings: map(items(union(appSettings, disabled, platform)), s => { name: s.key, value: s.value })
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainer
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemory
        maximumInstanceCount: maximumInstances
        alwaysReady: alwaysReady
      }
    }
  }

  // Deployments come with a token; the passwords of the publishing profile are off.
  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource entra 'config' = if (!empty(entraClientId)) {
    name: 'authsettingsV2'
    properties: {
      globalValidation: {
        requireAuthentication: true
        unauthenticatedClientAction: 'Return401'
      }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: entraClientId
            openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          }
          validation: {
            allowedAudiences: [entraClientId, 'api://${entraClientId}']
          }
        }
      }
      platform: {
        enabled: true
      }
    }
  }
}

@description('Where the HTTP function answers.')
output url string = 'https://${app.properties.defaultHostName}'
