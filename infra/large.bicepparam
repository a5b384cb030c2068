// A large fleet in private networks: four watchers, each with a core of its own.
using 'main.bicep'

// Given by azd, or by the environment of whoever deploys.
param name = readEnvironmentVariable('AZURE_ENV_NAME', 'orchestrator')
param mysqlUser = readEnvironmentVariable('MYSQL_USER', 'orchestrator')
param mysqlPassword = readEnvironmentVariable('MYSQL_PASSWORD', '')
param mysqlReplicationUser = readEnvironmentVariable('MYSQL_REPLICATION_USER', '')
param mysqlReplicationPassword = readEnvironmentVariable('MYSQL_REPLICATION_PASSWORD', '')
param apiUser = readEnvironmentVariable('API_USER', '')
param apiPassword = readEnvironmentVariable('API_PASSWORD', '')
param hooks = readEnvironmentVariable('HOOKS', 'none')
param hookUrl = readEnvironmentVariable('HOOK_URL', '')
param hookSecret = readEnvironmentVariable('HOOK_SECRET', '')
param seeds = readEnvironmentVariable('SEEDS', '')
param operatorPrincipalId = readEnvironmentVariable('OPERATOR_PRINCIPAL_ID', '')
param subnetId = readEnvironmentVariable('SUBNET_ID', '')
param stateAccountId = readEnvironmentVariable('STATE_ACCOUNT_ID', '')
param vantage = readEnvironmentVariable('VANTAGE', '')
param endpointSubnetId = readEnvironmentVariable('ENDPOINT_SUBNET_ID', '')
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')

param watchShards = 4
param instanceMemory = 2048
param maximumInstances = 100
param alwaysReadyHttp = 1
param privateNetwork = true
param logDailyCapGb = 5
param logRetentionDays = 90

param settings = {
  'Watch:Interval': '00:00:05'
}
