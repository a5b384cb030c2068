// The page an operator opens first.

@description('Ends the title.')
param name string

@description('Resource id of the workspace the page reads.')
param workspaceId string

@description('Region.')
param location string

@description('Tags of the resources.')
param tags { *: string }

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, name, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'OrchestratorFunctions ${name}'
    category: 'workbook'
    sourceId: workspaceId
    serializedData: replace(loadTextContent('workbook.json'), 'WORKSPACE', workspaceId)
  }
}
