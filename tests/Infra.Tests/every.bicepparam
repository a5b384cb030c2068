// For tests only: everything that can be switched on is, so that every resource the template can make is in its snapshot.
using '../../infra/main.bicep'

param name = 'every'
param mysqlUser = 'prober'
param mysqlPassword = 'secret-of-prober'
param mysqlReplicationUser = 'replicator'
param mysqlReplicationPassword = 'secret-of-replicator'
param hooks = 'signed'
param hookUrl = 'https://hooks.example.com/secret-of-room'
param hookSecret = 'secret-of-hooks'
param seeds = 'db1.example.com:3306,db2.example.com:3306'
param operatorPrincipalId = '00000000-0000-0000-0000-000000000004'
param operatorPrincipalType = 'Group'
param settings = {
  'Watch:Interval': '00:00:03'
}
param watchShards = 8
param alwaysReadyDurable = 1
param alwaysReadyHttp = 1
param zoneRedundant = true
param stateAccountId = '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/elsewhere/providers/Microsoft.Storage/storageAccounts/stelsewhere'
param vantage = 'north'
param privateNetwork = true
param allowedAddresses = ['192.0.2.0/24']
param entraClientId = '00000000-0000-0000-0000-000000000003'
param alertEmail = 'operators@example.com'
param budgetAmount = 100
param budgetStart = '2027-01-01'
