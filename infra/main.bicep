// The whole installation on Azure in one resource group. What creates what: README.md.
targetScope = 'resourceGroup'

@description('Begins the names of all resources; with azd the name of its environment. Letters, digits and hyphens.')
@minLength(2)
@maxLength(32)
param name string

@description('Region of everything that has one.')
param location string = resourceGroup().location

@description('Account on the MySQL servers that probes and carries out steps (setting MySql:User).')
@minLength(1)
param mysqlUser string

@description('Its password (setting MySql:Password). Kept as a secret in the vault; empty leaves the secret that is there.')
@secure()
param mysqlPassword string = ''

@description('Account a new replica is given to replicate with (setting MySql:ReplicationUser); empty for none.')
param mysqlReplicationUser string = ''

@description('Its password (setting MySql:ReplicationPassword). Kept as a secret in the vault; empty leaves the secret that is there.')
@secure()
param mysqlReplicationPassword string = ''

@description('Whether failures and recoveries are told by webhook, and whether that is signed: what the app is given of the two secrets below, at a deployment without them too.')
@allowed(['none', 'unsigned', 'signed'])
param hooks string = 'none'

@description('Where they are told (setting Hooks:Url): addresses parted by blanks. Kept as a secret in the vault; empty leaves the secret that is there.')
@secure()
param hookUrl string = ''

@description('What that is signed with (setting Hooks:Secret): whsec_ and 24 to 64 bytes in base64. Kept as a secret in the vault; empty leaves the secret that is there.')
@secure()
param hookSecret string = ''

@description('Servers to begin with (setting Discovery:Seeds): host:port parted by commas, one of each cluster. They are looked for until they are found; empty for servers that are given in another way.')
param seeds string = ''

@description('Settings other than their defaults, by key, as docs/configuration.md lists them: { \'Watch:Interval\': \'00:00:05\' }. The keys that may stand here are in settings.json; another one stops the deployment.')
param settings { *: string } = {}

@description('Into how many shards the fleet is parted; each has a watcher and an always-ready instance of its own.')
@minValue(1)
@maxValue(8)
param watchShards int = 1

@description('Name of the place this installation watches from, where several share their state (stateAccountId); empty for one that is alone. How many must agree is the setting Detection:Vantages.')
@maxLength(60)
param vantage string = ''

@description('Memory of every instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemory int = 512

@description('Instances the app may scale out to, all functions together.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 40

@description('Always-ready instances of the durable orchestrations.')
@minValue(0)
@maxValue(10)
param alwaysReadyDurable int = 0

@description('Always-ready instances of the HTTP function.')
@minValue(0)
@maxValue(10)
param alwaysReadyHttp int = 0

@description('Spreads the instances of the app over zones; two instead of one are then always ready wherever one is.')
param zoneRedundant bool = false

@description('Replication of the storage account. Zone-redundant by default: the state has to outlive a zone together with the databases.')
@allowed(['Standard_ZRS', 'Standard_LRS'])
param storageRedundancy string = 'Standard_ZRS'

@description('Resource id of the storage account of another installation, to share its state as a standby; empty to keep the state in the account made here.')
param stateAccountId string = ''

@description('Object id of a person, group or service principal that runs commands against the state (scripts/orchestrator, setting Storage:AccountName); empty for nobody.')
param operatorPrincipalId string = ''

@description('What kind of identity that is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param operatorPrincipalType string = 'User'

@description('Closes storage, vault and queue to the public network and reaches them by private endpoints; the namespace of the queue becomes Premium.')
param privateNetwork bool = false

@description('Resource id of an existing subnet, delegated to Microsoft.App/environments, from which the app reaches the MySQL servers; empty for none, or for a new network with privateNetwork.')
param subnetId string = ''

@description('Resource id of an existing subnet of the same network for the private endpoints; needed with privateNetwork and subnetId together.')
param endpointSubnetId string = ''

@description('Address range of the network made by privateNetwork without subnetId: a /24, to be peered with the network of the servers.')
param addressPrefix string = '10.90.0.0/24'

@description('Address ranges from which the HTTP front and the deployment endpoint may be reached; empty for all.')
param allowedAddresses string[] = []

@description('Client id of the Entra application in front of the HTTP function; empty for none.')
param entraClientId string = ''

@description('Who signs in to the HTTP function by HTTP Basic (setting Api:User); empty for nobody.')
param apiUser string = ''

@description('Their password (setting Api:Password). Kept as a secret in the vault; empty leaves the secret that is there.')
@secure()
param apiPassword string = ''

@description('How the app knows who calls (setting Api:Authentication); empty for Basic with apiUser, Proxy with entraClientId, and None without both, where the function key alone decides.')
@allowed(['', 'None', 'Basic', 'Multi', 'Proxy'])
param apiAuthentication string = ''

@description('Where alerts and the budget write to; empty for alerts that only show in the portal.')
param alertEmail string = ''

@description('Days telemetry is kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Telemetry taken in a day at most, in GB; -1 for no limit. What comes after it is lost, and the heartbeat alert fires.')
param logDailyCapGb int = 1

@description('Monthly budget of the resource group in the currency of the bill; 0 for none.')
@minValue(0)
param budgetAmount int = 0

@description('First day of the month the budget begins in, as 2027-01-01; needed with budgetAmount, and never changed afterwards.')
param budgetStart string = ''

// Names: readable where there is room, unique through the resource group.
var token = uniqueString(resourceGroup().id, name)
var plain = toLower(replace(name, '-', ''))
var names = {
  identity: 'id-${name}'
  storage: take('st${token}${plain}', 24)
  vault: take('kv-${token}-${plain}', 24)
  namespace: 'sb-${name}-${token}'
  app: 'func-${name}-${token}'
}
var tags = {
  'azd-env-name': name
}
// Known before the identity is there, so that what-if can foretell what is named by it.
var identityId = resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', names.identity)
var stateAccount = empty(stateAccountId) ? names.storage : last(split(stateAccountId, '/'))
var publicAccess = privateNetwork ? 'Disabled' : 'Enabled'

// Every setting of the app, its default and the parameter behind it stand in settings.json.
var catalogue = loadJsonContent('settings.json')
var free = toObject(filter(items(catalogue), s => s.value.parameter == 'settings'), s => s.key, s => s.value.default)
var unknown = filter(objectKeys(settings), key => !contains(free, key))
var overrides = empty(unknown) ? settings : fail('settings names what settings.json does not list for it: ${join(unknown, ', ')}')
// The platform keeps clients from writing the header with the user's name only where Entra is in front, so Proxy is a default nowhere else.
var authentication = !empty(apiAuthentication) ? apiAuthentication : !empty(apiUser) ? 'Basic' : !empty(entraClientId) ? 'Proxy' : 'None'
var isByPassword = contains(['Basic', 'Multi'], authentication)
var powerUsers = settings[?'Api:PowerUsers'] ?? '*'
var operators = settings[?'Api:Operators'] ?? ''
// What contradicts itself would stop the app at its start, and with it the watcher.
var contradictions = concat(
  isByPassword && !empty(entraClientId) ? ['entraClientId and a sign-in by password exclude each other, as Entra lets no other Authorization header through: leave out either it or apiUser'] : [],
  isByPassword && empty(apiUser) ? ['apiAuthentication ${authentication} needs apiUser'] : [],
  !isByPassword && !empty(apiUser) ? ['apiUser is given and apiAuthentication ${authentication} asks nobody for a password: leave out one of them'] : [],
  authentication == 'Multi' && toLower(apiUser) == 'readonly' ? ['apiUser readonly: with apiAuthentication Multi this one reads with any password'] : [],
  authentication == 'None' && !contains(['*', ''], powerUsers) ? ['settings Api:PowerUsers names users, and nobody has a name: give apiUser or entraClientId'] : [],
  authentication == 'None' && !contains(['*', ''], operators) ? ['settings Api:Operators names users, and nobody has a name: give apiUser or entraClientId'] : [],
  !empty(operators) && powerUsers == '*' ? ['settings Api:Operators has no meaning while Api:PowerUsers is *: name there who may do everything'] : []
)
var given = {
  'Api:Authentication': empty(contradictions) ? authentication : fail(join(contradictions, '; '))
  'Api:User': isByPassword ? apiUser : ''
  'Api:Password': isByPassword ? vault.outputs.apiReference : ''
  'MySql:User': mysqlUser
  'MySql:Password': vault.outputs.probingReference
  'MySql:ReplicationUser': mysqlReplicationUser
  // A password without its account would be a contradiction to the app.
  'MySql:ReplicationPassword': empty(mysqlReplicationUser) ? '' : vault.outputs.replicationReference
  // A reference to a secret that is not there would stop the app.
  'Hooks:Url': hooks == 'none' ? '' : vault.outputs.hookUrlReference
  'Hooks:Secret': hooks == 'signed' ? vault.outputs.hookSecretReference : ''
  'Discovery:Seeds': seeds
  'Storage:AccountName': stateAccount
  'Storage:EndpointSuffix': environment().suffixes.storage
  'Watch:Shards': string(watchShards)
  'Watch:Vantage': vantage
}

module identity 'modules/identity.bicep' = {
  params: {
    name: names.identity
    location: location
    tags: tags
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    accountName: names.storage
    principalId: identity.outputs.principalId
    assignee: identityId
    deploymentContainer: 'deployments'
    redundancy: storageRedundancy
    publicAccess: publicAccess
    location: location
    tags: tags
  }
}

module sharedState 'modules/access.bicep' = if (!empty(stateAccountId)) {
  scope: resourceGroup(split(stateAccountId, '/')[?2] ?? '', split(stateAccountId, '/')[?4] ?? '')
  params: {
    accountName: stateAccount
    principalId: identity.outputs.principalId
    assignee: identityId
  }
}

module operatorAccess 'modules/access.bicep' = if (!empty(operatorPrincipalId)) {
  scope: resourceGroup(split(stateAccountId, '/')[?2] ?? subscription().subscriptionId, split(stateAccountId, '/')[?4] ?? resourceGroup().name)
  params: {
    accountName: stateAccount
    principalId: operatorPrincipalId
    principalType: operatorPrincipalType
  }
  dependsOn: [storage]
}

module vault 'modules/vault.bicep' = {
  params: {
    name: names.vault
    principalId: identity.outputs.principalId
    assignee: identityId
    mysqlPassword: mysqlPassword
    mysqlReplicationPassword: mysqlReplicationPassword
    apiPassword: apiPassword
    hookUrl: hookUrl
    hookSecret: hookSecret
    publicAccess: publicAccess
    location: location
    tags: tags
  }
}

module queue 'modules/queue.bicep' = {
  params: {
    name: names.namespace
    principalId: identity.outputs.principalId
    assignee: identityId
    premium: privateNetwork
    publicAccess: publicAccess
    location: location
    tags: tags
  }
}

module telemetry 'modules/telemetry.bicep' = {
  params: {
    name: name
    principalId: identity.outputs.principalId
    assignee: identityId
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
    location: location
    tags: tags
  }
}

module network 'modules/network.bicep' = if (privateNetwork && empty(subnetId)) {
  params: {
    name: name
    addressPrefix: addressPrefix
    location: location
    tags: tags
  }
}

module endpoints 'modules/endpoints.bicep' = if (privateNetwork) {
  params: {
    name: name
    subnetId: empty(subnetId)
      ? network!.outputs.endpointSubnetId
      : !empty(endpointSubnetId) ? endpointSubnetId : fail('endpointSubnetId is needed where privateNetwork and subnetId are given')
    storageId: storage.outputs.id
    vaultId: vault.outputs.id
    namespaceId: queue.outputs.id
    location: location
    tags: tags
  }
}

module app 'modules/app.bicep' = {
  params: {
    name: names.app
    identityId: identityId
    clientId: identity.outputs.clientId
    settings: union(free, overrides, given)
    storageAccount: names.storage
    deploymentContainer: storage.outputs.deploymentContainerUrl
    queueNamespace: queue.outputs.host
    telemetryConnection: telemetry.outputs.connectionString
    watchShards: watchShards
    alwaysReadyDurable: alwaysReadyDurable
    alwaysReadyHttp: alwaysReadyHttp
    instanceMemory: instanceMemory
    maximumInstances: maximumInstances
    zoneRedundant: zoneRedundant
    subnetId: !empty(subnetId) ? subnetId : privateNetwork ? network!.outputs.appSubnetId : ''
    allowedAddresses: allowedAddresses
    entraClientId: entraClientId
    location: location
    tags: tags
  }
  // The app reads all of them when it starts.
  dependsOn: [endpoints, sharedState]
}

module alerts 'modules/alerts.bicep' = {
  params: {
    name: name
    email: alertEmail
    workspaceId: telemetry.outputs.workspaceId
    namespaceId: queue.outputs.id
    queue: queue.outputs.queue
    watchShards: watchShards
    isHeard: empty(stateAccountId) || !empty(vantage)
    location: location
    tags: tags
  }
}

module workbook 'modules/workbook.bicep' = {
  params: {
    name: name
    workspaceId: telemetry.outputs.workspaceId
    location: location
    tags: tags
  }
}

module budget 'modules/budget.bicep' = if (budgetAmount > 0) {
  params: {
    name: name
    amount: budgetAmount
    start: !empty(budgetStart) ? budgetStart : fail('budgetStart is needed where budgetAmount is given')
    email: alertEmail
    actionGroupId: alerts.outputs.actionGroupId
  }
}

@description('Where the HTTP function answers.')
output url string = app.outputs.url

@description('Name of the Functions app.')
output appName string = names.app

@description('Name of the vault, for setting the passwords later.')
output vaultName string = names.vault

@description('Name of the storage account with the state: the setting Storage:AccountName of the command line.')
output stateAccountName string = stateAccount

@description('Resource id of the storage account with the state: what a standby is given as stateAccountId.')
output stateAccountId string = empty(stateAccountId) ? storage.outputs.id : stateAccountId
