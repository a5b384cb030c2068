// Where logs, traces and counters go.

@description('Ends the names of the resources.')
param name string

@description('Object id of the identity of the app.')
param principalId string

@description('Names the assignments of roles: something of that identity that is known before it exists.')
param assignee string

@description('Days telemetry is kept.')
param retentionDays int

@description('Telemetry taken in a day at most, in GB; -1 for no limit.')
param dailyCapGb int

@description('Region.')
param location string

@description('Tags of the resources.')
param tags { *: string }

// Monitoring Metrics Publisher: sends telemetry, reads none.
var publisher = '3913510d-42f4-4e42-8a64-420c390055eb'

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'log-${name}'
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
    features: {
      disableLocalAuth: true
    }
    workspaceCapping: {
      dailyQuotaGb: dailyCapGb
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${name}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, assignee, publisher)
  scope: insights
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', publisher)
  }
}

@description('Resource id of the workspace.')
output workspaceId string = workspace.id

@description('Where telemetry is sent to. No secret: with local authentication off it opens nothing.')
output connectionString string = insights.properties.ConnectionString
