// A small fleet: one watcher in the smallest instance.
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
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
